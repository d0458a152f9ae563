import { copyJson, isPlainObject, type JsonObject } from '../json.ts'
import { isPriority } from '../event.ts'
