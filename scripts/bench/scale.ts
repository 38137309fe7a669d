export const scale = async (_: unknown) => ({ text: '', data: {} });
