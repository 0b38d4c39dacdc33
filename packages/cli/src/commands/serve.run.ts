export { serve as run } from '@restmapper/host/services';
