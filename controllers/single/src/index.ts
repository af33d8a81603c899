export { startControllers, type ControllerLog, type Controllers, type ControllersOptions } from './start.ts';
