/** Common characters that differ, simplified then traditional, in pairs. Enough to tell the two apart within a few words. */
const PAIRS =
  '这這个個们們来來时時会會对對发發说說国國过過还還没沒为為后後里裡问問钱錢么麼让讓开開关關动動请請现現经經给給谁誰' +
  '样樣实實点點电電话話号號码碼验驗证證账賬户戶币幣单單订訂处處办辦无無网網络絡显顯载載视視频頻听聽观觀头頭买買卖賣' +
  '费費额額余餘转轉从從种種应應该該当當两兩间間长長门門见見员員务務业業进進远遠连連选選题題难難谢謝认認识識语語读讀' +
  '写寫义義书書东東车車马馬鱼魚鸟鳥龙龍风風飞飛机機张張级級线線组組终終结結绑綁约約统統继繼续續维維红紅绍紹练練绩績' +
  '报報换換据據损損护護担擔拥擁挂掛举舉诉訴评評访訪许許设設试試详詳误誤调調谈談资資质質购購赠贈赢贏贝貝负負财財败敗' +
  '货貨贴貼贵貴赔賠达達运運适適递遞边邊迟遲违違联聯职職聊聊声聲脑腦华華万萬与與专專乐樂习習乡鄉亲親亿億仅僅价價众眾' +
  '优優伤傷体體余餘佣傭侧側侨僑债債储儲儿兒党黨内內写寫军軍农農冲衝决決况況净淨减減几幾击擊则則刚剛创創别別删刪剧劇' +
  '劳勞势勢区區医醫华華协協单單压壓厂廠历歷厅廳参參双雙变變叹嘆叶葉吗嗎听聽启啟响響园園围圍图圖圆圓场場块塊坏壞坚堅' +
  '够夠夸誇奖獎妈媽学學宝寶审審宽寬宾賓尽盡层層属屬岁歲师師带帶帮幫广廣庆慶库庫应應废廢异異弃棄归歸录錄忆憶态態总總' +
  '恶惡恼惱战戰户戶扣扣执執扩擴扫掃抢搶护護拟擬择擇挡擋挣掙捡撿摄攝摇搖数數断斷无無旧舊时時显顯晓曉术術杂雜条條极極' +
  '标標栏欄树樹检檢楼樓欢歡气氣汉漢汇匯汤湯沟溝测測浏瀏济濟涨漲满滿滚滾灵靈烦煩热熱爱愛牵牽状狀犹猶独獨环環画畫畅暢' +
  '疗療监監盖蓋盘盤矿礦确確离離积積称稱稳穩穷窮竞競笔筆筛篩签簽简簡类類粮糧紧緊纠糾纪紀纯純纳納纷紛细細织織绝絕络絡' +
  '绿綠编編缓緩缘緣缩縮罚罰罗羅聪聰艺藝节節苏蘇范範获獲虑慮虽雖补補装裝规規觉覺触觸计計订訂记記讲講讨討训訓议議讯訊';

const simplified = new Set<string>();
const traditional = new Set<string>();
for (let i = 0; i + 1 < PAIRS.length; i += 2) {
  const [s, t] = [PAIRS[i]!, PAIRS[i + 1]!];
  if (s === t) continue;
  simplified.add(s);
  traditional.add(t);
}
// 后 里 余 范 几 are good traditional characters too, with another meaning.
for (const both of '后里余范几据价亲') simplified.delete(both);

/** Positive = simplified, negative = traditional, 0 = nothing to tell them apart. */
export function hanLeaning(text: string): number {
  let leaning = 0;
  for (const char of text) {
    if (simplified.has(char)) leaning++;
    else if (traditional.has(char)) leaning--;
  }
  return leaning;
}
