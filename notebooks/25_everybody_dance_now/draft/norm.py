from core import *
z=np.load('f256.npz')
def med(p,k): 
    q=np.pad(p,((k//2,k//2),(0,0),(0,0)),mode='edge'); return np.median(np.stack([q[i:i+len(p)] for i in range(k)]),0)
def ank(p,kind): return p[:,15:17,1].mean(1) if kind=='mean' else p[:,15:17,1].max(1)
def stance(p,kind,frac=.7):
    a=ank(p,kind); near=a.max(); m=np.median(a); ok=a[(m-a)<frac*(near-m)]; far=ok.min() if len(ok) else near
    h=a-p[:,:5,1].min(1); r=near-far
    return far,near,h[np.abs(a-far)<=.05*r+1e-6].max(),h[np.abs(a-near)<=.05*r+1e-6].max()
def norm(p,s,t,kind,cx):
    a=ank(p,kind); sf,sn,shf,shn=s; tf,tn,thf,thn=t
    if sn-sf<tn-tf: mid=(sn+sf)/2; half=(tn-tf)/2; rho=(a-(mid-half))/(2*half)
    else: rho=(a-sf)/(sn-sf)
    b=tf+rho*(tn-tf)-a; sc=thf/shf+rho*(thn/shn-thf/shf)
    o=np.stack([np.full(len(a),cx),a],1)
    return sc[:,None,None]*(p-o[:,None])+o[:,None]+np.stack([0*b,b],1)[:,None],rho,sc
for src in ('k','d'):
  for kind in ('mean','low'):
    for frac in (.5,.7):
      K=z['k'] if src=='k' else np.stack([med(p,5) for p in z['df']]); Sk=z['sk'] if src=='k' else np.stack([med(p,5) for p in z['dsf']])
      t=stance(K.reshape(-1,17,2),kind,frac); s=stance(Sk.reshape(-1,17,2),kind,frac)
      out=[]; 
      for k in (0,1):
        q,rho,sc=norm(Sk[k],s,t,kind,128); e=np.linalg.norm(q-z['tk'][k],axis=-1); fe=np.abs(q[:,15:17,1]-z['tk'][k][:,15:17,1])
        out.append((round(e.mean(),1),round(fe.mean(),1),round(rho.min(),2),round(rho.max(),2),round(sc.std(),3)))
      print(src,kind,frac,np.round(t,1),np.round(s,1),out)
e=[np.linalg.norm(z['sk'][k]-z['tk'][k],axis=-1).mean().round(1) for k in (0,1)]; print('none',e)
