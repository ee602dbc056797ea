// The store's token against forged requests, from its cookie.
export const token = () => {
  const [, found] = /(?:^|; *)XSRF-TOKEN=([^;]*)/.exec(document.cookie) || [];
  return found && decodeURIComponent(found);
};
