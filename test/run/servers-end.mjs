export default () => globalThis.endTestServers()
