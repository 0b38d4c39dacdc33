export { live as run } from '@restmapper/host/services';
