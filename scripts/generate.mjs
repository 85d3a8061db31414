// Generates validators and types from schemas/. Written with the format.
export async function generate() {}
