export { maxViolations, pointerStep } from '@restmapper/endpoints';
