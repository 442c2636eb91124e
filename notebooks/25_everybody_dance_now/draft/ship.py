import sys,torch,json; sys.path.insert(0,'.')
from safetensors.torch import save_file
from course_lib import weights
from course_lib.taught.body.everybody_dance import Generator
src=torch.load(sys.argv[1]); net=Generator(28,fold=4); ref=net.state_dict()
assert len(src)==len(ref)
new={}
for (k,v),(q,w) in zip(src.items(),ref.items()):
    assert v.shape==w.shape,(k,q); new[q]=v.half().contiguous()
print([(a,b) for a,b in zip(src,ref) if a.split('.')[0]!=b.split('.')[0]][:4])
recipe=dict(actor=26,take_seconds=10,size=256,c=28,scales=3,batch=2,net_seed=0,stages=[dict(steps=5200,rates=[1e-3,4e-4],terms=[0,0,5]),dict(steps=int(sys.argv[2]),rates=[7e-4,3e-4],terms=[1,10,5]),dict(steps=int(sys.argv[3]),rates=[6e-4,3e-4],terms=[0.2,6,5])])
F=weights.FOLDER/'dancer.safetensors'; save_file(new,F,metadata={"recipe":json.dumps(recipe,sort_keys=True)})
m=weights.manifest(); m['dancer']=dict(file='dancer.safetensors',lesson='25_everybody_dance_now',what='dancer: the frame of actor 26 from her stick figure and the frame before',recipe={},seconds=4800,sha256='',bytes=0,licence='MIT')
weights.MANIFEST.write_text(json.dumps(m,indent=1)+'\n'); weights.path.cache_clear()
print(weights.register('dancer',4800,**recipe), F.stat().st_size); net.load_state_dict(weights.read('dancer')); print('loads')
