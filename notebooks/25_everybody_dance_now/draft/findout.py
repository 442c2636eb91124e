import sys; sys.path.insert(0,'.')
import numpy as np, torch
from course_lib import studio, judge, weights
from course_lib.taught.body.everybody_dance import *
from course_lib.taught.body import everybody_dance as D
z=np.load('./f128.npz')
T=list(z['f']); P=[np.median(np.stack([np.pad(p,((2,2),(0,0),(0,0)),mode='edge')[k:k+len(p)] for k in range(5)]),0).astype(np.float32) for p in z['df']]
of,om=z['of'][0],z['om'][0]; p=z['dof'][0]; op=np.median(np.stack([np.pad(p,((2,2),(0,0),(0,0)),mode='edge')[k:k+len(p)] for k in range(5)]),0).astype(np.float32)
class NoMem(Generator):
    def forward(self,x,b): return super().forward(x,0*b)
for seed in (0,1):
  for name,G,terms in (('built',Generator,TERMS),('eyes only',Generator,(0.,0.,5.)),('no memory',NoMem,TERMS)):
    torch.manual_seed(seed); net,_=fit_dance(G(28,fold=2),Critics(),Streams(T,P,seed),450,2,terms=terms,title=name)
    f=dance(net,op,128,of[0]); r=judge.dance_scores(f,of,om,op,z['ok'][0]); b=lambda q:(q*om[...,None]).sum((1,2,3))/om.sum((1,2))/3
    det=np.abs(np.diff(f.astype(float),axis=2))[om[:,:,1:]].mean()/np.abs(np.diff(of.astype(float),axis=2))[om[:,:,1:]].mean()
    print(seed,name,{k:round(v,4) for k,v in r.items() if k in('psnr','ssim','flicker')},'detail',round(det,2),'light',round(np.corrcoef(b(f),b(of))[0,1],2),flush=True)
