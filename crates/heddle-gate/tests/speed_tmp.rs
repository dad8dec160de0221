use heddle_gate::*;
use std::sync::Arc;
use std::time::{Duration,Instant,SystemTime};
struct T; #[async_trait::async_trait] impl Transport for T { async fn send(&self,_:&BaseUrl,_:&Request,_:Option<&secrecy::SecretString>,_:Duration)->Result<Reply,SendFault>{ Ok(Reply{status:200,headers:vec![],body:Default::default(),received:SystemTime::UNIX_EPOCH,took:Duration::ZERO}) } }
struct L; impl CallLog for L { fn record(&self,_:CallRecord){} }
struct C; impl Classify for C { fn plan(&self,_:&Request)->CallPlan{ CallPlan{scopes:vec![ScopeUse{key:ScopeKey{kind:ScopeKind::Org,name:"acme:org".into()},cost:1,rates:&[Rate{limit:1000000,per:Duration::from_secs(1)}],concurrency:Some(Concurrency{start:32,max:64})}],replay:Replay::Safe}} fn signals(&self,_:&Request,_:&Reply)->Signals{Signals::success()} }
#[tokio::test(flavor="multi_thread")] async fn speed(){ 
 let g=Gate::new(Settings::default(),Arc::new(T),Arc::new(L)); let c:Arc<dyn Classify>=Arc::new(C);
 let base=BaseUrl::checked("http://127.0.0.1:1",&HostRule{suffixes:&[],exact:&[],refused:&[]},true).unwrap();
 let mut v=vec![]; for _ in 0..20000 { let t=Instant::now(); let call=Call{request:Request::get("q","/x"),caller:Caller{provider:"acme",tenant:"t".into(),connection:"c".into(),request_id:"r".into()},grant:None,base:Some(base.clone()),classify:c.clone(),priority:Priority::Interactive,deadline:tokio::time::Instant::now()+Duration::from_secs(30)}; g.call(call).await.result.unwrap(); v.push(t.elapsed()); }
 v.sort(); println!("p50 {:?} p99 {:?}", v[10000], v[19800]); }
