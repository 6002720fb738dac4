/** esbuild's loader `file`: where the module lies, relative to the page. */
declare module "*.wasm" {
  const url: string;
  export default url;
}
