/** Seaway's sign: two swells. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="text-accent">
      <rect width="32" height="32" rx="7" fill="currentColor" />
      <path
        d="M5 13c3.7 0 3.7 3 7.3 3s3.7-3 7.4-3 3.7 3 7.3 3M5 19c3.7 0 3.7 3 7.3 3s3.7-3 7.4-3 3.7 3 7.3 3"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
    </svg>
  );
}
