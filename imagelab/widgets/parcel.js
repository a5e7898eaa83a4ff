// A parcel: what the catalog answers with, a header and the bytes it speaks of, in one piece.

/**
 * @typedef {{header: any, bytes: Uint8Array}} Parcel
 * @param {ArrayBuffer|ArrayBufferView} data 4 bytes of length, the header as JSON, then the bytes
 * @returns {Parcel}
 */
export function opened(data) {
  const whole = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
  const length = new DataView(whole.buffer, whole.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + length)));
  return { header, bytes: whole.subarray(4 + length) };
}

const SHOWN = new Set(["image/jpeg", "image/png", "image/webp", "image/gif"]);

/** @returns {string} an address of some bytes of a parcel, to be revoked; "" for what is no picture */
export function pictureAddress(parcel, type, at, size) {
  if (!SHOWN.has(type)) return "";
  return URL.createObjectURL(new Blob([parcel.bytes.slice(at, at + size)], { type }));
}
