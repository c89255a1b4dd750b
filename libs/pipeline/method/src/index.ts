export { MethodNotAllowedProblem, MethodStage } from './method-stage.js';
