export { start as run } from '@restmapper/host/services';
