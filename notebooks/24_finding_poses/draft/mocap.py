import sys; sys.path.insert(0,'/work/main')
import time, numpy as np, torch, torch.nn.functional as F
from torch import nn
from course_lib import studio, judge, train
from course_lib.studio.body import BodyModel, COCO_BONES
from course_lib.taught.foundations.faces_in_3d import axis_angle_to_matrix
from course_lib.taught.foundations.finding_faces import one_euro

def forward_kinematics(rotations, parents, rest, root=None):
    """rotations (B,J,3,3) each in parent's frame, rest joints (J,3) -> G (B,J,3,3), P (B,J,3)"""
    G,P=[],[]
    for j,up in enumerate(parents):
        if up<0:
            G.append(rotations[:,j]); P.append(rest[j].expand(len(rotations),3))
        else:
            G.append(G[up]@rotations[:,j]); P.append(P[up]+(G[up]@(rest[j]-rest[up])[:,None])[...,0])
    return torch.stack(G,1),torch.stack(P,1)

def view_points(seeds,shots,title="posing"):
    """no pictures: COCO points in view space (N,17,3)"""
    out=[]
    for i in range(len(seeds)):
        rng=np.random.default_rng([124,int(seeds[i])])
        a=studio.cast(int(seeds[i])); m=BodyModel(a); p=studio.strike(shots,int(seeds[i])+7,a,facing=0.55)
        k=m.keypoints(p)+p.translation[:,None]
        d=torch.tensor(np.exp(rng.uniform(np.log(2.5),np.log(6),shots)),dtype=torch.float32)
        pitch=torch.tensor(rng.normal(.05,.12,shots),dtype=torch.float32)
        R=axis_angle_to_matrix(torch.stack([pitch,0*pitch,0*pitch],1))
        v=k@R.mT; v=v-v.mean((0,1))
        v[...,2]-=d[:,None]; v[...,0]+=torch.tensor(rng.normal(0,.25,(shots,1)),dtype=torch.float32)*1
        out.append(v)
    return torch.cat(out)

def project(points): return points[...,:2]/-points[...,2:]      # X/Z, Y/Z  (y up)

def root_of(points): return points[:,[11,12]].mean(1,keepdim=True)

def normalise_2d(flat):
    """(B,17,2) -> centred at hips, unit RMS size; plus size"""
    c=flat-root_of(flat)
    size=c.square().sum(-1).mean(-1).sqrt()[:,None,None].clamp(min=1e-6)
    return c/size,size

class LiftBlock(nn.Module):
    def __init__(self,width,drop=.1):
        super().__init__()
        self.layers=nn.Sequential(*[l for _ in range(2) for l in (nn.Linear(width,width),nn.BatchNorm1d(width),nn.ReLU(),nn.Dropout(drop))])
    def forward(self,x): return x+self.layers(x)

class Lifter(nn.Module):
    def __init__(self,width=256,blocks=2):
        super().__init__()
        self.first=nn.Sequential(nn.Linear(34,width),nn.BatchNorm1d(width),nn.ReLU())
        self.blocks=nn.Sequential(*[LiftBlock(width) for _ in range(blocks)])
        self.last=nn.Linear(width,51)
    def forward(self,flat):
        x,_=normalise_2d(flat)
        return self.last(self.blocks(self.first(x.flatten(1)))).view(-1,17,3)
if __name__=='__main__':
    torch.set_num_threads(1)
    t=time.time(); tr=view_points(range(1000,1060),400); print(tr.shape,time.time()-t)
    te=view_points(range(0,24),40); 
    net=Lifter(); steps=2500; B=256
    opt=torch.optim.AdamW(net.parameters(),3e-3); sch=torch.optim.lr_scheduler.OneCycleLR(opt,3e-3,total_steps=steps)
    t=time.time(); g=torch.Generator().manual_seed(0)
    for s in range(steps):
        v=tr[torch.randint(len(tr),(B,),generator=g)]
        flat=project(v); size=normalise_2d(flat)[1]
        flat=flat+size*.04*torch.rand(B,1,1,generator=g)*torch.randn(flat.shape,generator=g)
        y=v-root_of(v)
        l=(net(flat)-y).norm(dim=-1).mean(); opt.zero_grad(); l.backward(); opt.step(); sch.step()
    print('train',time.time()-t,l.item()); net.eval()
    def ev(noise):
        flat=project(te); gg=torch.Generator().manual_seed(5); sz=(flat.amax(1)-flat.amin(1)).amax(1)[:,None,None]
        flat=flat+noise/110*sz*torch.randn(flat.shape,generator=gg)
        with torch.no_grad(): p=net(flat)
        return judge.mpjpe(p,te)*1000,judge.pa_mpjpe(p,te)*1000
    for n in (0,1,3): print(n,ev(n))
    # baselines
    meanz=(tr-root_of(tr))[...,2].mean(0)
    flat=project(te); Z=-root_of(te)[...,2:]
    X=(flat)*(Z-meanz[None,:,None]); md=torch.cat([X,-(Z-meanz[None,:,None])],-1)
    print('mean depth',judge.mpjpe(md,te)*1000,judge.pa_mpjpe(md,te)*1000)
    a=normalise_2d(project(tr))[0].flatten(1); b=normalise_2d(project(te))[0].flatten(1)
    nn_=torch.cdist(b,a).argmin(1); print('nearest',judge.mpjpe(tr[nn_],te)*1000,judge.pa_mpjpe(tr[nn_],te)*1000)
    mp=(tr-root_of(tr)).mean(0).expand(len(te),17,3); print('mean pose',judge.mpjpe(mp,te)*1000)
    away=te[:,5,0]<te[:,6,0]
    with torch.no_grad(): p=net(project(te))
    print('away',judge.mpjpe(p[away],te[away])*1000,'facing',judge.mpjpe(p[~away],te[~away])*1000)
