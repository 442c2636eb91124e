import sys; sys.path.insert(0,'.')
import math, time, os, dataclasses
import cv2, numpy as np, torch, torch.nn.functional as F
from torch import nn
from course_lib import studio, judge, media, weights
from course_lib.taught.foundations.finding_poses import *
from course_lib.taught.foundations import finding_poses as fp

NECK = 17
LIMBS25 = (*LIMBS, (0, NECK))
def colours(n):
    hue=np.linspace(0,1,n,endpoint=False)
    c=np.stack([0.5+0.5*np.cos(2*np.pi*(hue-k/3)) for k in range(3)],1)
    return np.float32(c/c.max(1,keepdims=True))
COLOURS=colours(len(LIMBS25))
def draw_sticks(points,size,width=None):
    """(T,17,2) px -> (T,3,size,size) uint8"""
    width=width or max(1,round(size/64)); out=[]
    for pose in points:
        pic=np.zeros((size,size,3),np.float32)
        pose=np.concatenate([pose,pose[5:7].mean(0,keepdims=True)])
        for (a,b),c in zip(LIMBS25,COLOURS):
            if np.isfinite(pose[[a,b]]).all():
                p,q=(tuple(map(int,(v*16).round())) for v in pose[[a,b]])
                cv2.line(pic,p,q,tuple(map(float,c)),width,cv2.LINE_AA,4)
        out.append(pic)
    return out
def draw_u8(points,size,width=None):
    width=width or max(1,round(size/64)); out=np.zeros((len(points),size,size,3),np.uint8)
    for pic,pose in zip(out,points):
        pose=np.concatenate([pose,pose[5:7].mean(0,keepdims=True)])
        for (a,b),c in zip(LIMBS25,COLOURS):
            if np.isfinite(pose[[a,b]]).all():
                p,q=(tuple(map(int,(v*16).round())) for v in pose[[a,b]])
                cv2.line(pic,p,q,tuple(int(255*x) for x in c),width,cv2.LINE_AA,4)
    return out
def moved(d,x,z):
    return dataclasses.replace(d,translation=d.translation+torch.tensor([x,0.,z]))
def drifting(T,phase,depth=.22):
    base,_=studio.light_coefficients("soft")
    t=torch.arange(T)/25.
    a=1+depth*torch.sin(2*math.pi*(t/7.3+phase))
    w=torch.sin(2*math.pi*(t/11.1+1.7*phase))*.12
    col=torch.stack([1+w,torch.ones(T),1-w],1)
    return base[None]*a[:,None,None]*col[:,None,:]
TARGET,SOURCE=26,7
def conv(a,b,stride=1,norm=True):
    l=[nn.Conv2d(a,b,3,stride,1)]
    if norm: l.append(nn.GroupNorm(4,b))
    l.append(nn.LeakyReLU(.2,inplace=True))
    return nn.Sequential(*l)
class Res(nn.Module):
    def __init__(s,c,norm):
        super().__init__(); s.a=conv(c,c,1,norm); s.b=nn.Conv2d(c,c,3,1,1)
    def forward(s,x): return x+s.b(s.a(x))
class Generator(nn.Module):
    def __init__(s,c=32,fold=2,norm=True,blocks=2):
        super().__init__(); s.fold=fold
        w=[c,2*c,3*c,4*c]
        s.stem=conv(6*fold*fold,w[0],1,norm)
        s.down=nn.ModuleList([conv(w[k],w[k+1],2,norm) for k in range(3)])
        s.mid=nn.Sequential(*[Res(w[3],norm) for _ in range(blocks)])
        s.up=nn.ModuleList([conv(w[k+1]+w[k],w[k],1,norm) for k in (2,1,0)])
        s.last=nn.Conv2d(w[0],3*fold*fold,3,1,1)
    def forward(s,x,prev):
        h=s.stem(F.pixel_unshuffle(torch.cat([2*x-1,2*prev-1],1),s.fold)); kept=[]
        for d in s.down: kept.append(h); h=d(h)
        h=s.mid(h)
        for u,k in zip(s.up,kept[::-1]):
            h=u(torch.cat([F.interpolate(h,scale_factor=2.,mode='nearest'),k],1))
        return torch.sigmoid(F.pixel_shuffle(s.last(h),s.fold))
class PatchGAN(nn.Module):
    def __init__(s,cin=12,c=24,layers=3):
        super().__init__(); s.ns=cin//2
        w=[cin]+[c*2**k for k in range(layers)]
        s.layers=nn.ModuleList([nn.Sequential(nn.Conv2d(w[k],w[k+1],4,2,1),nn.LeakyReLU(.2)) for k in range(layers)])
        s.last=nn.Conv2d(w[-1],1,3,1,1)
        for m in s.modules():
            if isinstance(m,nn.Conv2d): nn.init.kaiming_normal_(m.weight,a=.2); nn.init.zeros_(m.bias)
    def forward(s,x):
        n=x.shape[-1]//8
        near=F.max_pool2d(F.adaptive_max_pool2d(x[:,:s.ns].amax(1,keepdim=True),n),3,1,1)
        near=(near>.1).float()
        def around(v):
            k=F.interpolate(near,size=v.shape[-2:],mode='nearest')[:,0]>0
            return v.movedim(1,-1)[k]
        x=torch.cat([x[:,:s.ns],4*x[:,s.ns:]-2],1)
        f=[]
        for l in s.layers: x=l(x); f.append(around(x))
        return around(s.last(x)),f
class Perceptual(nn.Module):
    def __init__(s,kind='pose'):
        super().__init__()
        net=PoseNet(16)
        if kind=='pose':
            from safetensors.torch import load_file
            net.load_state_dict({k:v.float() for k,v in load_file(weights.path('poses')).items()},strict=False)
        s.net=net.eval().requires_grad_(False)
    def feats(s,x):
        f=[x]; h=s.net.stem(2*x-1); f.append(h)
        for d in s.net.down[:2]: h=d(h); f.append(h)
        return f
    def forward(s,a,b,w=None):
        with torch.no_grad(): fb=s.feats(b)
        out=0
        for k,(p,q) in enumerate(zip(s.feats(a),fb)):
            out=out+(p-q).abs().mean()/ (q.std()+1e-3) *(1 if k else 2)
        return out
