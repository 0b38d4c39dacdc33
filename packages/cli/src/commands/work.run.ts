export { work as run } from '@restmapper/host/services';
