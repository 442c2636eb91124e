from train import *
ck=sys.argv[1]; d=load('f256.npz' if '128' not in sys.argv[1:] else 'f128.npz',0); S=d['f'].shape[2]
sd=torch.load(ck); sd=sd.get('G',sd); c=sd['stem.0.weight'].shape[0]; G=Generator(c,4 if S==256 else 2); G.load_state_dict(sd); G.eval()
y=d['of'][0]; p=d['pof'][0]; m=torch.from_numpy(d['om'][0])[:,None].float(); r=to(y); X=to(draw_u8(p,S))
def ps(a,i): return (-10*torch.log10(((a-r[i:i+1])**2*m[i:i+1]).sum()/(3*m[i:i+1].sum()))).item()
with torch.inference_mode():
    R=roll(G,p[:100],S,r[:1]); Z=roll(G,p[:100],S)
    one=[G(X[i:i+1],r[i-1:i]) for i in range(1,100)]; zero=[G(X[i:i+1],torch.zeros(1,3,S,S)) for i in range(0,100)]
for nme,L in (('roll',[ps(R[i:i+1],i) for i in range(1,100)]),('rollzero',[ps(Z[i:i+1],i) for i in range(1,100)]),('teacher',[ps(o,i+1) for i,o in enumerate(one)]),('zero',[ps(z,i) for i,z in enumerate(zero)])):
    L=np.array(L); print(nme,L.mean().round(2),L[::12].round(1))
cv2.imwrite('drift.png',(torch.cat([torch.cat([R[i],one[i-1][0],zero[i][0],r[i]],2) for i in (40,80)],1).permute(1,2,0).numpy()*255).astype(np.uint8)[...,::-1])
