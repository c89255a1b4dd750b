export { MethodStage } from './method-stage.js';
