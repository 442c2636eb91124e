from train2 import *
d=load('f128.npz',0); S=128; G=Generator(28,2); G.load_state_dict(torch.load('c_pool.pt')); G.eval()
rng=np.random.default_rng(0); X=[draw_u8(p,S) for p in d['pf'][:2]]; F_=[]
for k in range(2): F_.append(roll(G,d['pf'][k],S))
R=[to(d['f'][k]) for k in range(2)]; X=[to(x) for x in X]
def he(D):
    for m in D.modules():
        if isinstance(m,nn.Conv2d): nn.init.kaiming_normal_(m.weight,a=.2); nn.init.zeros_(m.bias)
    return D
class Wrap(nn.Module):
    def __init__(s,D): super().__init__(); s.D=D
    def forward(s,x): return s.D(torch.cat([x[:,:6],4*x[:,6:]-2],1))
def nonorm(D):
    for l in D.layers: l[1]=nn.Identity()
    return D
for name,D,lr in (('he gn 1e-3',he(PatchGAN()),1e-3),('he none 1e-3',he(nonorm(PatchGAN())),1e-3),('he none x4 1e-3',Wrap(he(nonorm(PatchGAN()))),1e-3),('he none 3e-4',he(nonorm(PatchGAN())),3e-4)):
    torch.manual_seed(0); o=torch.optim.Adam(D.parameters(),lr,(.5,.999)); L=[]
    for it in range(150):
        k=rng.integers(2,size=2); t=rng.integers(10,250,size=2)
        c=torch.stack([torch.cat([X[a][b-1],X[a][b]]) for a,b in zip(k,t)])
        f=torch.stack([torch.cat([F_[a][b-1],F_[a][b]]) for a,b in zip(k,t)]); r=torch.stack([torch.cat([R[a][b-1],R[a][b]]) for a,b in zip(k,t)])
        l=(D(torch.cat([c,f],1))[0]**2).mean()/2+((D(torch.cat([c,r],1))[0]-1)**2).mean()/2
        o.zero_grad(); l.backward(); o.step(); L.append(l.item())
    print(name,np.array(L).reshape(5,30).mean(1).round(3),flush=True)
