import sys; sys.path.insert(0,'/tmp/nb')
from pose_core import *
from course_lib import media
def crop(frame,cx,cy,side,n=128):
    s=n/side
    M=np.array([[s,0,n/2-s*cx-.5+.5*s],[0,s,n/2-s*cy-.5+.5*s]],np.float32)
    f=frame
    if s<.6: f=cv2.GaussianBlur(frame,(0,0),.45/s)
    return cv2.warpAffine(f,M,(n,n),flags=cv2.INTER_LINEAR,borderMode=cv2.BORDER_REPLICATE)
def find(net,frame,rounds=2,n=128):
    h,w=frame.shape[:2]; cx,cy,side=w/2,h/2,max(h,w)*1.05
    for r in range(rounds+1):
        x=torch.from_numpy(crop(frame,cx,cy,side,n)).permute(2,0,1)[None].float()/255
        with torch.inference_mode(): xy,conf,mass=decode(*net(x))
        p=(xy[0].numpy()*4-n/2)*side/n+[cx,cy]-.5+0
        c=conf[0].numpy()
        if r==rounds: break
        ok=c>.5
        if ok.sum()<4: break
        lo,hi=p[ok].min(0),p[ok].max(0)
        cx,cy=(lo+hi)/2+.5; side=max((hi-lo).max()*1.3,32)
    return p,c,mass[0].numpy()
def pck(p,ref,alpha=.2):
    torso=np.linalg.norm(ref[:,[5,6],:2].mean(1)-ref[:,[11,12],:2].mean(1),axis=1)
    d=np.linalg.norm(p-ref[...,:2],axis=-1)/torso[:,None]
    v=ref[...,2]>.5
    return (d<alpha)[v].mean(),[(d<alpha)[:,j][v[:,j]].mean().round(2) for j in range(17)]
if __name__=='__main__':
    net=PoseNet(int(sys.argv[2])); net.load_state_dict(torch.load(sys.argv[1])); net.eval()
    rows=[]
    for n in ('lia_taichi1_46s','lp_s13_dance_4s','musepose_dance_12s'):
        z=np.load(f'/tmp/nb/ref_{n}.npz'); fr=media.read(f'/work/shared/media/body/{n}.mp4').frames[z['idx']]
        t=time.time(); P=[find(net,f) for f in fr]; t=(time.time()-t)/len(fr)
        p=np.stack([x[0] for x in P]); c=np.stack([x[1] for x in P])
        a,b=pck(p,z['k']); print(n,'PCK',round(a,3),b,'conf',c.mean().round(2),'s/frame',round(t,3))
        tiles=[]
        for j in np.linspace(0,len(fr)-1,8).astype(int):
            s=320/fr[j].shape[0]; f=cv2.resize(fr[j],None,fx=s,fy=s)
            for (x,y),v in zip(p[j],c[j]): cv2.circle(f,(int(x*s),int(y*s)),3,(0,255,0) if v>.5 else (255,0,0),-1)
            for x,y,v in z['k'][j]: cv2.circle(f,(int(x*s),int(y*s)),2,(255,255,0),-1)
            tiles.append(f[:,:320])
        rows.append(np.concatenate(tiles,1))
    W=max(r.shape[1] for r in rows)
    cv2.imwrite('/tmp/look/eval.png',np.concatenate([np.pad(r,((0,0),(0,W-r.shape[1]),(0,0))) for r in rows],0)[...,::-1])
