from core3 import *
import argparse
def args():
    p=argparse.ArgumentParser(); a=p.add_argument
    a('--films',default='f128.npz'); a('--steps',type=int,default=300); a('--c',type=int,default=32); a('--norm',type=int,default=1)
    a('--fold',type=int,default=2); a('--batch',type=int,default=4); a('--lr',type=float,default=1e-3); a('--dlr',type=float,default=4e-4)
    a('--gan',type=float,default=1.); a('--fm',type=float,default=10.); a('--perc',type=float,default=5.); a('--pix',type=float,default=0.)
    a('--kind',default='pose'); a('--pairs',type=int,default=1); a('--real',type=float,default=.5); a('--seed',type=int,default=0)
    a('--out',default='run'); a('--pool',type=int,default=64); a('--life',type=float,default=16); a('--scales',type=int,default=2); a('--init',default=''); a('--every',type=int,default=100); a('--roll',type=int,default=2); a('--dsize',type=int,default=24); a('--budget',type=float,default=0)
    return p.parse_args()
def smooth(points,c,k=5):
    # median over k frames per take
    p=np.pad(points,((k//2,k//2),(0,0),(0,0)),mode='edge')
    return np.median(np.stack([p[i:i+len(points)] for i in range(k)]),0)
def load(path,S):
    z=np.load(path); d={}
    for n in ('f','of','sf','tf'):
        d[n]=z[n]; d['p'+n]=np.stack([smooth(p,None) for p in z['d'+n]])
    d['om']=z['om'];d['tm']=z['tm']; d['kt']=z['tk'];d['ko']=z['ok'];d['z']=z
    return d
def to(x): return torch.from_numpy(x).movedim(-1,-3).float()/255
def main():
    a=args(); torch.manual_seed(a.seed); rng=np.random.default_rng(a.seed)
    d=load(a.films,0); S=d['f'].shape[2]
    X=np.stack([draw_u8(p,S) for p in d['pf']]); Y=d['f']
    G=Generator(a.c,a.fold,bool(a.norm)); Ds=nn.ModuleList([PatchGAN(12 if a.pairs else 6,a.dsize) for _ in range(a.scales)]); P=Perceptual(a.kind)
    if a.init: sd=torch.load(a.init); G.load_state_dict(sd.get('G',sd))
    G=G.to(memory_format=torch.channels_last); Ds=Ds.to(memory_format=torch.channels_last)
    print('params',sum(p.numel() for p in G.parameters())/1e6)
    og=torch.optim.Adam(G.parameters(),a.lr,(.5,.999)); od=torch.optim.Adam(Ds.parameters(),a.dlr,(.5,.999))
    N=X.shape[0]*1; T=X.shape[1]
    log=[]; t0=time.process_time()
    def batch():
        i=rng.integers(len(X),size=a.batch); t=rng.integers(a.roll,T,size=a.batch)
        xs=[to(X[i,t-k]) for k in range(a.roll-1,-1,-1)]; ys=[to(Y[i,t-k]) for k in range(a.roll,-1,-1)]
        return xs,ys
    pool=[None]*a.pool; prng=np.random.default_rng(a.seed+1)
    def streams():
        js=prng.choice(a.pool,a.batch,replace=False); xs=[[],[]]; ys=[[],[]]; st=[]
        for j in js:
            if pool[j] is None or pool[j][1]+1>=T or prng.random()<1/a.life:
                i,t=int(prng.integers(len(X))),int(prng.integers(1,T-1))
                f=to(Y[i,t-1]) if prng.random()<a.real else torch.zeros(3,S,S)
                pool[j]=[i,t,f]
            i,t,f=pool[j]
            for d in (0,1): xs[d].append(to(X[i,t+d])); ys[d].append(to(Y[i,t+d]))
            st.append(f)
        return js,[torch.stack(v) for v in xs],[torch.stack(v) for v in ys],torch.stack(st)
    def scales(v): return [v,F.avg_pool2d(v,2),F.avg_pool2d(v,4)][:a.scales]
    step=0
    while step<a.steps:
        if a.budget and time.process_time()-t0>a.budget: break
        share=(time.process_time()-t0)/a.budget if a.budget else step/a.steps
        lrk=min(1,2*(1-share))
        for g in og.param_groups: g['lr']=a.lr*max(lrk,.02)
        for g in od.param_groups: g['lr']=a.dlr*max(lrk,.02)
        if a.pairs and a.pool: js,xs,ys,start=streams()
        else: xs,ys=batch()
        if a.pairs:
            if not a.pool:
                start=ys[0].clone(); use=torch.rand(a.batch)<a.real
                start=start*use[:,None,None,None]; ys=ys[1:]
            prev=start; fakes=[]
            for x in xs:
                prev=G(x,prev); fakes.append(prev)
            fake=torch.cat(fakes[-2:],1); real=torch.cat(ys[-2:],1); cond=torch.cat(xs[-2:],1)
            fl=fakes; rl=ys
        else:
            y=G(xs[-1],torch.zeros_like(ys[-1])); fake=y; real=ys[-1]; cond=xs[-1]; fl=[y]; rl=[ys[-1]]
        loss=0; L={}
        if a.perc:
            l=sum(P(p,q) for p,q in zip(fl,rl))/len(fl); loss=loss+a.perc*l; L['perc']=l.item()
        if a.pix:
            l=sum((p-q).abs().mean() for p,q in zip(fl,rl))/len(fl); loss=loss+a.pix*l
        if a.gan or a.fm:
            cf=scales(torch.cat([cond,fake],1)); cr=scales(torch.cat([cond,real],1))
            for D in Ds: D.requires_grad_(False)
            lg=lf=0
            for D,u,v in zip(Ds,cf,cr):
                o,f=D(u)
                with torch.no_grad(): _,g=D(v)
                lg=lg+((o-1)**2).mean(); lf=lf+sum((p-q).abs().mean() for p,q in zip(f,g))/len(f)/2
            loss=loss+a.gan*lg+a.fm*lf; L['g']=lg.item(); L['fm']=lf.item()
        og.zero_grad(); loss.backward(); og.step()
        if a.pairs and a.pool:
            for n,j in enumerate(js): pool[j]=[pool[j][0],pool[j][1]+2,fakes[-1][n].detach()]
        if a.gan or a.fm:
            for D in Ds: D.requires_grad_(True)
            ld=0
            for D,u,v in zip(Ds,scales(torch.cat([cond,fake],1).detach()),cr):
                ld=ld+(D(u)[0]**2).mean()/2+((D(v)[0]-1)**2).mean()/2
            od.zero_grad(); ld.backward(); od.step(); L['d']=ld.item()
        step+=1
        if step%a.every==0 or step==a.steps:
            print(step,{k:round(v,3) for k,v in L.items()},'cpu',round(time.process_time()-t0,1),flush=True)
            if a.budget>500 and step%(4*a.every)==0:
                torch.save(dict(G=G.state_dict(),Ds=Ds.state_dict()),a.out+'.ck'); G.eval()
                with torch.inference_mode():
                    ys=[roll(G,d['ptf'][k][:90],S,to(d['tf'][k][:1]),a.pairs) for k in (0,1)]
                cols=[torch.cat([ys[k][i],to(d['tf'][k][i])],1) for k in (0,1) for i in (30,60,89)]
                cv2.imwrite(a.out+'.png',(torch.cat(cols,2).permute(1,2,0).numpy()*255).astype(np.uint8)[...,::-1]); G.train()
    torch.save(G.state_dict(),a.out+'.pt')
    evaluate(G,d,a.out,a.pairs)
@torch.inference_mode()
def roll(G,points,S,start=None,pairs=True):
    X=to(draw_u8(points,S)); prev=torch.zeros(1,3,S,S) if start is None else start; out=[]
    for x in X:
        y=G(x[None],prev if pairs else torch.zeros(1,3,S,S)); out.append(y); prev=y
    return torch.cat(out)
def evaluate(G,d,out,pairs,show=True):
    S=d['f'].shape[2]; res={}
    rows=[]
    for name,pts,truth,mask in (('own',d['pof'],d['of'],d['om']),('truth-pose',d['ptf'],d['tf'],d['tm'])):
        ps=[];fl=[];tf=[];bg=[];lo=[]
        for k in range(len(pts)):
            t=time.time(); y=roll(G,pts[k],S,to(truth[k][:1]) if pairs else None,pairs); fps=len(y)/(time.time()-t)
            r=to(truth[k]); m=torch.from_numpy(mask[k])[:,None].float()
            e=((y-r)**2*m).sum()/(3*m.sum()); ps.append(-10*torch.log10(e).item())
            mm=torch.maximum(m[1:],m[:-1]); dy=(y[1:]-y[:-1]).abs(); dr=(r[1:]-r[:-1]).abs()
            fl.append((((y[1:]-y[:-1])-(r[1:]-r[:-1])).abs()*mm).sum().item()/(3*mm.sum().item()))
            tf.append((dr*mm).sum().item()/(3*mm.sum().item()))
            bg.append(((y[1:]-y[:-1]).abs()*(1-mm)).sum().item()/(3*(1-mm).sum().item()))
            if show: rows.append((y,r))
        res[name]=dict(psnr=round(float(np.mean(ps)),2),flicker=round(float(np.mean(fl)),4),truth=round(float(np.mean(tf)),4),bg=round(float(np.mean(bg)),5),fps=round(fps))
        print(out,name,res[name],flush=True)
    if show:
        pics=[]
        for y,r in rows:
            for v in (y,r): pics.append(torch.cat([v[i] for i in range(5,len(v),24)],2))
        p=(torch.cat(pics,1).permute(1,2,0).numpy()*255).astype(np.uint8); cv2.imwrite(out+'.png',p[...,::-1])
    return res
if __name__=='__main__': main()
