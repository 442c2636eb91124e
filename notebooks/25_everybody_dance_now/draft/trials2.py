from lib import *
import pickle,json
T0={'as built':Trial(),'single':Trial(memory=False),'zeros':Trial(start=False),
'pixels':Trial(critics=False,matched=False,eyes='pixels'),'pixels+critics':Trial(matched=False,eyes='pixels'),'pixels+critics+fm':Trial(eyes='pixels'),
'random':Trial(eyes='random'),'none':Trial(eyes='none')}
d=pickle.load(open('prep.pkl','rb'))[26]
tk=[small(x) for x in d['takes']]; ps=[resized(p,256,64) for p in d['poses']]; own=small(d['own']); op=resized(d['ownp'],256,64); body=d['body'][:,2::4,2::4]; sk=d['skirt'][:,2::4,2::4]
STEPS=int(sys.argv[3]); seeds=[int(x) for x in sys.argv[1].split(',')]
print('still',trial_scores(np.repeat(own[:1],len(own),0),own,body,sk),flush=True)
for seed in seeds:
  for name in sys.argv[2].split(','):
    tr=T0[name]; t=time.process_time(); net=fit_trial(tr,tk,ps,STEPS,seed); cpu=time.process_time()-t
    st=own[0] if tr.memory and tr.start else None
    f=dance(net,op,64,st); r=dict(seed=seed,name=name,cpu=round(cpu,1),**{k:round(v,3) for k,v in trial_scores(f,own,body,sk).items()})
    first=trial_scores(f[:25],own[:25],body[:25],sk[:25]); r['off_1s']=round(first['light_off'],2)
    for n,a,w in (('drop',drop_joints(op,.1),2),('wide',op,4)):
        g=trial_scores(dance(net,a,64,st,w),own,body,sk); r[n]={k:round(g[k],2) for k in ('psnr','flicker')}
    if tr.memory and tr.start: r['blackstart']={k:round(v,2) for k,v in trial_scores(dance(net,op,64),own,body,sk).items() if k in('psnr','light_off','light')}
    print(json.dumps(r),flush=True); open('trials2.jsonl','a').write(json.dumps(r)+'\n')
    cv2.imwrite(f't_{name}_{seed}.png',np.concatenate(list(f[5::12]),1)[...,::-1])
