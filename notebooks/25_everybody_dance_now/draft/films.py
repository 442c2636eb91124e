from core import *
S=int(sys.argv[1]); out=sys.argv[2]
T=studio.cast(TARGET); A=studio.cast(SOURCE)
rng=np.random.default_rng(0)
places=[(0,0),(-.15,-.45),(.15,.4),(.1,-.2),(-.1,.2),(0,.0)]
takes=[moved(studio.dance(10.0,seed=100+i,actor=T),*places[i]) for i in range(6)]
cam0=studio.framed(T,takes[0]); 
cam=studio.Camera(focal=cam0.focal,distance=3.75,look_at=(0,.0,0)); print(cam0)
def shoot(actor,takes,cam,phases,bg):
    F_,K,M=[],[],[]
    for d,p in zip(takes,phases):
        c=studio.film(actor,d,size=S,camera=cam,light=drifting(len(d),p),background=bg)
        F_.append(c.frames);K.append(c.truth['keypoints'][...,:2]);M.append(c.truth['parts']>0)
    return np.stack(F_),np.stack(K),np.stack(M)
t=time.time(); f,k,m=shoot(T,takes,cam,rng.random(6),'office'); print('film',time.time()-t,'s cpu',time.process_time())
own=[moved(studio.dance(6.0,seed=200,actor=T),.05,.1)]
of,ok,om=shoot(T,own,cam,[.3],'office')
scam=studio.Camera(focal=3.6,distance=6.4,look_at=(0,.1,0))
sd=[moved(studio.dance(6.0,seed=300+i,actor=A),0,z) for i,z in enumerate((-.9,.9))]
td=[moved(studio.dance(6.0,seed=300+i,actor=T),0,z) for i,z in enumerate((-.42,.36))]
sf,sk,sm=shoot(A,sd,scam,[.1,.5],'park'); tf,tk,tm=shoot(T,td,cam,[.3,.6],'office')
np.savez(out,f=f,k=k,m=m,of=of,ok=ok,om=om,sf=sf,sk=sk,sm=sm,tf=tf,tk=tk,tm=tm)
for n,q in (('t',k),('s',sk),('truth',tk)):
    an=q[...,15:17,1].mean(-1); print(n,an.reshape(len(q),-1).min(1).round(1),an.reshape(len(q),-1).max(1).round(1))
tile=[np.concatenate(list(f[i,::50]),1) for i in range(6)]
cv2.imwrite('films.png',np.concatenate(tile)[...,::-1]); cv2.imwrite('films2.png',np.concatenate([np.concatenate(list(x[0,::30]),1) for x in (sf,tf,of)]+[np.concatenate(list(x[1,::30]),1) for x in (sf,tf)])[...,::-1])
fd=PoseFinder.load(weights.path('poses'))
import time
D={}
for n,fr in (('f',f),('of',of),('sf',sf),('tf',tf)):
    t=time.process_time(); P=[];C=[]
    for take in fr:
        p,c=fd(take); P.append(p);C.append(c)
    D['d'+n]=np.stack(P); D['c'+n]=np.stack(C); print(n,'detect cpu',time.process_time()-t,fr.shape)
z=dict(np.load(out)); z.update(D); np.savez(out,**z)
for n,kk in (('f',k),('of',ok),('sf',sk),('tf',tk)):
    e=np.linalg.norm(D['d'+n]-kk,axis=-1); print(n,'px off mean',e.mean().round(2),'p95',np.percentile(e,95).round(2),'by joint',e.reshape(-1,17).mean(0).round(1), 'pck',round(judge.pck(D['d'+n].reshape(-1,17,2),kk.reshape(-1,17,2)),3))
