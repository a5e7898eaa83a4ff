// Files of the page on their way to the kernel, in pieces: a message of ten megabytes ends the connection.

const PIECE = 1_500_000; // bytes
const MOST = 50_000_000; // bytes, as the kernel takes
let numbers = 0;

/**
 * @param {(name: string, given: object) => Promise<any>} act
 * @param {File} file
 * @returns {Promise<number>} the asset that it is now
 */
export async function sendFile(act, file) {
  if (file.size > MOST) throw new Error(`${file.name} is larger than the 50 MB that are taken`);
  const data = new Uint8Array(await file.arrayBuffer());
  const key = `${Math.random().toString(36).slice(2)}-${++numbers}`;
  for (let at = 0; ; at += PIECE) {
    const last = at + PIECE >= data.length;
    const told = await act("take", { file: key, name: file.name, data: coded(data.subarray(at, at + PIECE)), last });
    if (last) return told.asset;
  }
}

function coded(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}
