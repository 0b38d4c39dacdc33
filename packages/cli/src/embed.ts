/** `restmapper/embed`: what a program imports that runs a system in its own process. */
export * from '@restmapper/host/embed';
