import { createRouter, createWebHistory, type Router } from 'vue-router';
import { lazy } from './use/view-loading.ts';
import LiveView from './views/live/LiveView.vue';

/** The views by path; all but the first are loaded on demand. */
export function createPageRouter(): Router {
  return createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', name: 'live', component: LiveView, meta: { title: 'Live' } },
      {
        path: '/saved',
        name: 'saved',
        component: lazy(() => import('./views/saved/SavedView.vue')),
        meta: { title: 'Saved' },
      },
      {
        path: '/try',
        name: 'try',
        component: lazy(() => import('./views/try/TryView.vue')),
        meta: { title: 'Try' },
      },
      {
        path: '/docs',
        redirect: ({ query }) => ({ path: '/try', query: { about: 'open', ...query } }),
      },
      {
        path: '/system',
        name: 'system',
        component: lazy(() => import('./views/system/SystemView.vue')),
        meta: { title: 'System' },
      },
      {
        path: '/:rest(.*)*',
        name: 'missing',
        component: lazy(() => import('./views/MissingView.vue')),
        meta: { title: 'Page not found' },
      },
    ],
  });
}

declare module 'vue-router' {
  interface RouteMeta {
    /** The title of the browser tab. */
    title: string;
  }
}
