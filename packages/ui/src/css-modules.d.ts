declare module '*.module.css' {
  const classes: { readonly [name: string]: string }
  // biome-ignore lint/style/noDefaultExport: this is how a CSS module exports its names
  export default classes
}
