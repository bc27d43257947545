import { manifest as m } from './test/topology/manifests.ts';
import { checkInput } from './lib/topology/check.ts';
function ladder(n:number){ // each step can go two ways, failures heard only by way of undo events
  const r:any={begin:{command:'BeginLadder',emits:['Step0PassedA','Step0PassedB'],undoneBy:['Step1Undone']}};
  for(let i=1;i<=n;i++) for (const x of ['A','B']) r[`step${i}${x}`]={on:[`Step${i-1}Passed${x}`],emits:[`Step${i}PassedA`,`Step${i}PassedB`],fails:[`Step${i}Failed`],undoneBy:[`Step${i+1}Undone`,`Step${i+1}Failed`],undoEmits:[`Step${i}Undone`]};
  return [m('ladder',r)];
}
for (const n of [3,5,8,12,16,20]) { const t=performance.now(); const i=checkInput(ladder(n)); console.log(n, i.proofs.map(p=>[p.decided,p.counterexamples.length,p.late.length,p.steps.length]), Math.round(performance.now()-t)); }
