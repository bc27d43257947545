import shop from './functions/choreography.ts';
import { checkManifests } from './lib/topology/check.ts';
import { manifestOf } from './lib/topology/manifest.ts';
const base = JSON.parse(JSON.stringify(shop.services.map(manifestOf)));
base[2].reactions[0].compensation.on.splice(0,1);
const f = checkManifests(base).findings[0]; console.log(JSON.stringify(f,null,1)); console.log(f.diagram);
