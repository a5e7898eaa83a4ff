// The code that names one asset: by its number, and by the beginning of its uuid, so that it is
// an error in another catalog and not another image.

/** @param {{id: number, uuid?: string}} asset */
export function assetCode({ id, uuid }) {
  return uuid ? `lab.asset(${id}, "${uuid}")` : `lab.asset(${id})`;
}
