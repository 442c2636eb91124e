from lib import *
import pickle
d=pickle.load(open('prep.pkl','rb'))[26]; q=pickle.load(open('drawn.pkl','rb'))
co=[face_corners(p) for p in d['poses']]
B=[np.concatenate([crop(x,c) for x,c in zip(v,co)]) for v in ([draw_sticks(p,256,4) for p in d['poses']],q['drawn'],d['takes'])]
oc=face_corners(d['ownp']); true=crop(d['own'],oc)
def sc(x): a=crop(x,oc); return [round(v,4) for v in (judge.ssim(a,true),judge.psnr(a,true),float(np.abs(a/255.-true/255.).mean()))]+[round(float(np.abs(np.diff(a.astype(float),axis=2)).mean()/np.abs(np.diff(true.astype(float),axis=2)).mean()),3)]
print('without',sc(q['own'])); rows=[crop(q['own'],oc)]
steps=int(sys.argv[1])
for seed in (int(x) for x in sys.argv[2].split(',')):
    torch.manual_seed(seed); t=time.process_time(); n=fit_face(FaceNet(),plain_critics(6,16,1),B,steps,seed=seed)
    w=with_faces(n,q['own'],d['ownp']); print(steps,seed,'with',sc(w),'cpu',round(time.process_time()-t,1),sum(p.numel() for p in n.parameters()),flush=True); rows.append(crop(w,oc))
rows.append(true)
cv2.imwrite('faces.png',cv2.resize(np.concatenate([np.concatenate(list(r[4::12]),1) for r in rows]),None,fx=4,fy=4,interpolation=cv2.INTER_CUBIC)[...,::-1])
