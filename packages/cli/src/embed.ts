/** What a program imports that runs a whole system in its own process. */
export * from '@restmapper/host/embed';
