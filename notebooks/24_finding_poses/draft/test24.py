import sys; sys.path.insert(0,'/work/main')
import numpy as np, torch
from course_lib import studio, judge, media
from course_lib.taught.foundations.finding_poses import *
def tests(seeds,shots=8,size=128):
    F_,P=[],[]
    for seed in seeds:
        a=studio.cast(seed); c=studio.film(a,studio.strike(shots,500+seed,a),size=size,background=studio.BACKGROUNDS[seed%7])
        F_.append(c.frames);P.append(c.truth['keypoints'][...,:2])
    return np.concatenate(F_),np.concatenate(P)
f,t=tests(range(24))
net=PoseNet(16); net.load_state_dict(torch.load('/tmp/nb/hour24.pt')); fd=PoseFinder(net)
r=[fd(x[None]) for x in f]; p=np.concatenate([a for a,_ in r]); s=np.concatenate([b for _,b in r])
away=t[:,5,0]<t[:,6,0]
print('strike',judge.pck(p,t),'facing',judge.pck(p[~away],t[~away]),'away',judge.pck(p[away],t[away]), 'score', np.median(s))
ok=judge.correct_keypoints(p,t); print(ok.mean(0).round(2))
for b in (.1,.2,.3,.4,.5,.6): 
    m=(s>b); print(b, 'kept',m.mean().round(3),'right',ok[m].mean().round(3))
for seed in (3,7,19,22):
    a=studio.cast(seed); c=studio.film(a,studio.dance(3,seed=seed,actor=a),size=192,background='office'); pp,_=fd(c.frames[::4]); print('dance',seed,judge.pck(pp,c.truth['keypoints'][::4,:,:2]))
for n in ('lia_taichi1_46s','lp_s13_dance_4s','musepose_dance_12s'):
    z=np.load(f'/tmp/nb/ref_{n}.npz'); fr=media.read(f'/work/shared/media/body/{n}.mp4').frames[z['idx']]
    pp,ss=fd(fr); v=z['k'][...,2]>.5
    print(n, judge.pck(pp,z['k'][...,:2],seen=v), 'score',np.median(ss).round(2), judge.correct_keypoints(pp,z['k'][...,:2]).mean(0).round(2))
    m=v&(ss>.4); print('   above .4: kept',(m.sum()/v.sum()).round(2),'right',judge.correct_keypoints(pp,z['k'][...,:2])[m].mean().round(3))
