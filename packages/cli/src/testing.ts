/** What tests of a file and its handlers import. */
export * from '@restmapper/host/testing';
