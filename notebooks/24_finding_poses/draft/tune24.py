import sys; sys.path.insert(0,'/work/main')
import numpy as np, torch, time
from course_lib.taught.training import pose_training as pt, face_training as ft
from course_lib.taught.foundations.finding_poses import PoseNet
z=np.load('/tmp/nb/films220.npz')
films=pt.Films(z['pictures'],z['parts'],z['points'])
net=PoseNet(16); net.load_state_dict(torch.load('/tmp/nb/hour24.pt'))
t=time.time()
net,l=pt.fit_poses(net,films,ft.scenes(1500),3500,128,1,rate=2e-3,batch=32,resume='/tmp/nb/tune24.safetensors',save_every=250)
torch.save(net.state_dict(),'/tmp/nb/tuned24.pt'); print(time.time()-t, np.mean(l[-100:]))
