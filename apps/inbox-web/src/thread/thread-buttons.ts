export const actionButton =
  'inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2 text-list max-[560px]:px-1.5 text-normal hover:bg-s3 hover:text-strong aria-pressed:bg-s3 data-[state=open]:bg-s3';
