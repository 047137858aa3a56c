/**
 * Is loaded into the apps beside their own code: it prints what packages and Node itself print, and throws an error
 * that nothing catches.
 */
const PRINT_WHEN_TOLD = `
  process.on('SIGUSR2',()=>{process.emitWarning('provoked');console.warn('printed%sby',1,'package')});
  process.on('SIGHUP',()=>{Promise.reject(new(Error)('lost'))})`;
export const printWhenTold = `--import=data:text/javascript,${PRINT_WHEN_TOLD.replaceAll(/\s/g, '').replace('%s', '%25s')}`;

export const isNoJson = (line: string): boolean => {
  try {
    JSON.parse(line);
    return false;
  } catch {
    return true;
  }
};
