/** Whether a value is a Uint8Array: of another realm, too, as in a test that runs in a simulated browser. */
export const isUint8Array = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array || (ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]");
