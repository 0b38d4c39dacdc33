import { createApp } from 'vue';
import App from './App.vue';
import { createPageRouter } from './router.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/json.css';
import { followTheme } from './use/theme.ts';

followTheme();
createApp(App).use(createPageRouter()).mount('#app');
