import sys; sys.path.insert(0,'/tmp/nb')
from mocap import *
from course_lib.taught.foundations.finding_poses import PoseFinder, PoseNet
import torch
torch.set_num_threads(1); torch.manual_seed(0)
import os
if not os.path.exists('/tmp/nb/lift.pt'):
    tr=view_points(range(1000,1060),400); net=Lifter(); opt=torch.optim.AdamW(net.parameters(),3e-3); sch=torch.optim.lr_scheduler.OneCycleLR(opt,3e-3,total_steps=2500)
    g=torch.Generator().manual_seed(0)
    for s in range(2500):
        v=tr[torch.randint(len(tr),(256,),generator=g)]; flat=project(v); size=normalise_2d(flat)[1]
        flat=flat+size*.04*torch.rand(256,1,1,generator=g)*torch.randn(flat.shape,generator=g)
        l=(net(flat)-(v-root_of(v))).norm(dim=-1).mean(); opt.zero_grad(); l.backward(); opt.step(); sch.step()
    torch.save(net.state_dict(),'/tmp/nb/lift.pt')
net=Lifter(); net.load_state_dict(torch.load('/tmp/nb/lift.pt')); net.eval()
BONES=("spine05","spine04","spine03","spine02","spine01","neck01","neck02","neck03","head","upperarm01.L","lowerarm01.L","upperarm01.R","lowerarm01.R","upperleg01.L","lowerleg01.L","upperleg01.R","lowerleg01.R","clavicle.L","clavicle.R")
class Rig:
    def __init__(self,actor):
        m=BodyModel(actor); self.parents=m.parents; self.rest=m.joints; self.at=m.at
        self.limbs=m.limb_joints
        still=studio.body_still(actor=actor)
        face=(m.rest[m.keypoint_ids]*m.keypoint_weights[...,None]).sum(1)   # (5,3)
        self.face=face-m.joints[m.at['head']]
        self.free=[m.at[b] for b in BONES]
        self.leg=float((self.rest[m.at['upperleg01.L']]-self.rest[m.at['foot.L']]).norm())
        self.sole=m.sole
    def points(self,turns,root,move):
        """turns (T,J,3) vectors, root (T,3), move (T,3) -> COCO (T,17,3)"""
        R=axis_angle_to_matrix(turns); R0=axis_angle_to_matrix(root)
        R=torch.cat([(R0@R[:,0])[:,None],R[:,1:]],1)
        G,P=forward_kinematics(R,self.parents,self.rest)
        h=self.at['head']
        head=P[:,h,None]+self.face@G[:,h].mT
        return torch.cat([head,P[:,self.limbs]],1)+move[:,None]
def first_guess(points):
    """root rotation from hips & shoulders"""
    across=F.normalize(points[:,11]-points[:,12],dim=-1)
    up=points[:,[5,6]].mean(1)-points[:,[11,12]].mean(1)
    z=F.normalize(torch.linalg.cross(across,up),dim=-1); y=torch.linalg.cross(z,across)
    return torch.stack([across,y,z],-1)
if __name__=='__main__':
    from course_lib.studio.body import matrix_to_vector
    dancer=studio.cast(22); perf=studio.dance(4,seed=9,actor=dancer)
    clip=studio.film(dancer,perf,size=256,background='office')
    fd=PoseFinder(PoseNet(16)); fd.net.load_state_dict(torch.load('/tmp/nb/hour24.pt')); fd.net.eval()
    pts,sc=fd(clip.frames); true=clip.truth['keypoints_3d']
    print('pck',judge.pck(pts,clip.truth['keypoints'][...,:2]))
    f=float(clip.truth['camera'][0])
    def rays(p,size,f): return torch.tensor(np.stack([(p[...,0]+.5)/size*2-1,1-(p[...,1]+.5)/size*2],-1)/f,dtype=torch.float32)
    for name,q in (('detected',pts),('smoothed',one_euro(pts,25,f_min=2,beta=8)),('truth2d',clip.truth['keypoints'][...,:2])):
        flat=rays(q,256,f)
        with torch.no_grad(): lift=net(flat)
        print(name,'mpjpe',judge.mpjpe(lift,true)*1000,'pa',judge.pa_mpjpe(lift,true)*1000,'vel',judge.mpjve(lift-root_of(lift),true-true[:,[11,12]].mean(1,keepdims=True))*1000)
    q=one_euro(pts,25,f_min=2,beta=8); flat=rays(q,256,f)
    with torch.no_grad(): lift=net(flat)
    lift=lift-root_of(lift)
    # root path by scale
    Z=(lift[...,:2].square().sum(-1).mean(-1).sqrt()/normalise_2d(flat)[1][:,0,0])
    c=root_of(flat)[:,0]; root=torch.cat([c*Z[:,None],-Z[:,None]],1)
    rt=torch.tensor(true[:,[11,12]].mean(1)); print('root err mm, mean abs x,y,z',((root-rt).abs().mean(0)*1000).tolist())
    lx=torch.tensor(one_euro(lift.numpy(),25,f_min=1.5,beta=6,unit=1.5)).float(); print('lift smoothed vel',judge.mpjve(lx,true-true[:,[11,12]].mean(1,keepdims=True))*1000, judge.mpjpe(lx,true)*1000)
    # IK to rig of mean actor
    rig=Rig(studio.cast(0)); T=len(lift)
    R0=first_guess(lift)
    turns=torch.zeros(T,36,3); rootv=matrix_to_vector(R0); move=torch.zeros(T,3)
    scale=torch.ones(1)
    parts=[turns.requires_grad_(),rootv.clone().requires_grad_(),move.requires_grad_()]
    mask=torch.zeros(36,1); mask[rig.free]=1
    def energy(parts):
        p=rig.points(parts[0]*mask,parts[1],parts[2]); d=(p-lift).square().sum((-1)).sum(1).mean()
        prior=.01*(parts[0]*mask).square().sum((1,2)).mean()
        smooth=.3*((parts[0]*mask).diff(dim=0).square().sum((1,2)).mean()+parts[1].diff(dim=0).square().sum(1).mean())
        return d+prior+smooth,d
    for rate,n in ((.05,200),):
        t=time.time(); mem=[torch.zeros_like(x) for x in parts]
        for k in range(n):
            e,d=energy(parts); gr=torch.autograd.grad(e*T,parts)
            with torch.no_grad():
                for i in range(3): mem[i]=.9*mem[i]-rate*gr[i]; parts[i]+=mem[i]
            if k%25==0 or k==n-1: print(k,e.item(),(d/17).sqrt().item()*1000)
        print('gd',time.time()-t)
    fit=rig.points(parts[0].detach()*mask,parts[1].detach(),parts[2].detach())
    print('fit vs truth',judge.mpjpe(fit,true)*1000,judge.pa_mpjpe(fit,true)*1000,judge.mpjve(fit-root_of(fit),true-true[:,[11,12]].mean(1,keepdims=True))*1000)
    bl=lambda x,a,b:(x[:,a]-x[:,b]).norm(dim=-1).std().item()*1000
    print('bone sd lifted',[round(bl(lift,a,b),1) for a,b in ((5,7),(7,9),(11,13),(13,15))],'fit',[round(bl(fit,a,b),2) for a,b in ((5,7),(7,9),(11,13),(13,15))])
    torch.save((parts[0].detach()*mask,parts[1].detach(),root),'/tmp/nb/cap.pt')
