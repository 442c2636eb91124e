import sys; sys.path.insert(0,'/work/main')
import numpy as np, cv2
from ai_edge_litert.interpreter import Interpreter
from course_lib import media
I=Interpreter('/work/shared/media/weights/mediapipe_tflite/pose_landmark_lite.tflite',num_threads=1); I.allocate_tensors()
inp=I.get_input_details()[0]; outs=I.get_output_details()
COCO=[0,2,5,7,8,11,12,13,14,15,16,23,24,25,26,27,28]
def run(frame,cx,cy,side):
    s=256/side
    M=np.array([[s,0,128-s*cx],[0,s,128-s*cy]],np.float32)
    x=cv2.warpAffine(frame,M,(256,256),flags=cv2.INTER_AREA if s<1 else cv2.INTER_LINEAR)
    I.set_tensor(inp['index'],x[None].astype(np.float32)/255); I.invoke()
    o={tuple(d['shape']):I.get_tensor(d['index']) for d in outs}
    k=o[(1,195)].reshape(39,5); flag=float(o[(1,1)].ravel()[0])
    xy=(k[:,:2]-128)/s+np.array([cx,cy])
    vis=1/(1+np.exp(-k[:,3]))
    return xy,vis,flag
def track(frames):
    h,w=frames.shape[1:3]; roi=None; out=[]
    for f in frames:
        if roi is None: roi=(w/2,h/2,max(h,w))
        for _ in range(2 if out else 4):
            xy,vis,flag=run(f,*roi)
            if flag<.5: roi=(w/2,h/2,max(h,w)); continue
            c=xy[33]; side=2*np.linalg.norm(xy[34]-c)*1.25
            roi=(c[0],c[1],float(np.clip(side,32,3*max(h,w))))
        out.append(np.concatenate([xy[COCO],(vis[COCO]*(flag>.5))[:,None]],1))
    return np.stack(out)
if __name__=='__main__':
    for d in outs: print(d['shape'],d['name'])
    rows=[]
    for n in ('lia_taichi1_46s','lp_s13_dance_4s','musepose_dance_12s'):
        c=media.read(f'/work/shared/media/body/{n}.mp4'); fr=c.frames
        print(n,fr.shape,c.fps)
        idx=np.linspace(0,len(fr)-1,60 if n!='lia_taichi1_46s' else 120).astype(int)
        k=track(fr[idx]); np.savez(f'/tmp/nb/ref_{n}.npz',idx=idx,k=k)
        print(k[...,2].mean(0).round(2))
        tiles=[]
        for j in np.linspace(0,len(idx)-1,8).astype(int):
            f=fr[idx[j]].copy(); s=320/f.shape[0]; f=cv2.resize(f,None,fx=s,fy=s)
            for x,y,v in k[j]: cv2.circle(f,(int(x*s),int(y*s)),3,(0,255,0) if v>.5 else (255,0,0),-1)
            tiles.append(f[:, :320])
        rows.append(np.concatenate(tiles,1))
    W=max(r.shape[1] for r in rows)
    cv2.imwrite('/tmp/look/ref.png',np.concatenate([np.pad(r,((0,0),(0,W-r.shape[1]),(0,0))) for r in rows],0)[...,::-1])
