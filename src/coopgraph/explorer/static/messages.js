// Every text of the page, in Chinese and English. {name} is filled in.

import { state } from "./state.js";

const MESSAGES = {
  title: ["合作图谱 · coopgraph", "coopgraph · 合作图谱"],
  skip: ["跳到正文", "Skip to content"],
  language: ["语言", "Language"],
  what: [
    "产业合作知识图谱：谁与谁合作、彼此如何相连、哪里尚无记录，逐条附来源。",
    "A knowledge graph of industrial cooperation: who works with whom, how they are connected, and where nothing is recorded yet. Each with its source.",
  ],

  search: ["检索主体、领域、园区、项目", "Search actors, sectors, parks, projects"],
  search_hint: ["宝武集团、寶武集團、Baowu 均可", "Baowu, 宝武集团 or 寶武集團"],
  search_keys: [
    "按 / 键开始检索，用上下键选择，回车确定，Esc 关闭。",
    "Press / to search, arrow keys to choose, Enter to open, Esc to close.",
  ],
  search_results: ["检索结果", "Results"],
  search_count: ["{n} 条结果", "{n} results"],
  search_one: ["1 条结果", "1 result"],
  search_more: ["仅列前 {n} 条；再多输入几个字可缩小范围", "The first {n}; type more to narrow"],
  search_none: ["没有以“{q}”开头的名称；按回车看相近名称", "No name begins with “{q}”; press Enter for the nearest names"],

  layers: ["图层", "Layers"],
  layers_all: ["全部", "All"],
  layers_stated: ["仅文件所述", "Stated only"],
  layers_hint: ["适用于检索、关系和下面的三个问题", "Applies to search, relations and the three questions"],
  stated: ["文件所述", "stated"],
  background: ["背景资料", "background"],
  analyst: ["分析补充", "analyst"],
  stated_is: ["文件原文所说，逐条附引文。", "What a document says, with the words quoted."],
  background_is: [
    "另有公开来源的已知情况，如行政区划、央企名录。",
    "What is known from other public sources, such as administrative divisions and the list of central enterprises.",
  ],
  analyst_is: [
    "使用者自行载入的补充与判断，与文件所述分开存放。",
    "What users of this service have added, kept apart from what documents say.",
  ],
  layer_edges: ["{n} 条关系", "{n} relations"],
  layer_triples: ["{n} 条三元组", "{n} triples"],
  layer_empty: ["尚未载入", "nothing loaded"],
  layer_unasked: ["当前未选用", "not chosen now"],

  loaded: ["载入了什么", "What is loaded"],
  nodes: ["节点", "nodes"],
  edges: ["关系", "relations"],
  generation: ["版本", "generation"],
  classes: ["各类节点", "Nodes by class"],

  chosen_empty: ["在所选图层中未见与其相连的记录。未见记录不等于不存在。", "No relation of it is recorded in the chosen layers. Not recorded does not mean not existing."],
  chosen_count: ["{n} 个相邻节点", "{n} neighbours"],
  chosen_one: ["1 个相邻节点", "1 neighbour"],
  chosen_close: ["关闭", "Close"],
  chosen_types: ["按类型筛选", "Narrow by type"],
  chosen_all: ["全部", "all"],
  chosen_more: ["再列 {n} 个", "Show {n} more"],
  chosen_table: ["{name}的相邻节点", "Neighbours of {name}"],
  json_neighbours: ["关系 JSON", "Relations as JSON"],
  json_node: ["节点全部陈述 JSON", "All statements as JSON"],
  graphml_around: ["周边 GraphML", "Surroundings as GraphML"],

  neighbour: ["相邻节点", "Neighbour"],
  relation: ["关系", "Relation"],
  valid: ["有效期", "Valid"],
  layer: ["图层", "Layer"],
  source: ["来源", "Source"],
  outwards: ["由此指向", "from here to there"],
  inwards: ["由彼指来", "from there to here"],
  undated: ["未注明", "not dated"],
  from_day: ["{from} 起", "from {from}"],
  to_day: ["至 {to}", "until {to}"],
  paragraph: ["第 {n} 段", "paragraph {n}"],
  whole: ["引用整份资料", "cited as a whole"],
  no_source: ["无来源记录", "no source recorded"],
  more_sources: ["另有 {n} 处", "{n} more"],
  readings: ["{n} 处解读（原文留有余地）", "{n} read into open words"],
  rationale: ["理由", "why"],
  read_by: ["解读者", "read by"],

  questions: ["三个问题，当场作答", "Three questions, answered live"],
  questions_lead: ["每个答案都由本服务现查，附命令行与 JSON。", "Each answer is asked of this service just now. Take the command line or the JSON with you."],
  neighbours_kind: ["邻居", "Neighbours"],
  neighbours_question: ["甘肃与哪些央企和省份合作？", "Which central enterprises and provinces does Gansu work with?"],
  neighbours_none: ["在所选图层中未见记录。未见记录不等于不存在。", "Nothing is recorded in the chosen layers. Not recorded does not mean not existing."],
  paths_kind: ["路径", "Paths"],
  paths_question: ["中铝集团与电解铝如何相连？", "How is Chinalco connected to electrolytic aluminium?"],
  paths_steps: ["最短路径，{n} 步", "The shortest path, {n} steps"],
  paths_step: ["最短路径，1 步", "The shortest path, 1 step"],
  paths_none: ["在所选图层中未见相连的路径。未见记录不等于不存在。", "No path is recorded in the chosen layers. Not recorded does not mean not existing."],
  gaps_kind: ["缺口", "Gaps"],
  gaps_question: ["哪些富裕产能还没有出路的记录？", "Which surplus capacity has no recorded outlet?"],
  gaps_none: ["按此规则未发现缺口。", "This rule finds no gap."],
  gap_found: ["查到", "Found"],
  gap_absent: ["未见记录", "Not recorded"],
  severity: ["重要程度", "severity"],
  high: ["高", "high"],
  medium: ["中", "medium"],
  low: ["低", "low"],

  curl: ["命令行", "Command line"],
  copy: ["复制", "Copy"],
  copied: ["已复制", "Copied"],
  copy_failed: ["请手动复制选中的文字", "Copy the selected text by hand"],
  json: ["查看 JSON", "See the JSON"],

  sparql_lead: [
    "查询可见所有图层；每个图层是一组命名图。Ctrl + Enter 运行。",
    "Queries see all layers; each layer is a set of named graphs. Ctrl + Enter runs.",
  ],
  sparql_example: ["示例问题", "Example questions"],
  sparql_own: ["自拟查询", "a query of your own"],
  sparql_query: ["SPARQL 查询", "SPARQL query"],
  sparql_comment: ["甘肃与哪些央企对接？原文怎么说？", "Which central enterprises does Gansu dock with, and in which words?"],
  sparql_run: ["运行", "Run"],
  sparql_rows: ["{n} 行", "{n} rows"],
  sparql_row: ["1 行", "1 row"],
  sparql_cut: ["此处列前 {n} 行，全部见 JSON 或 CSV。", "The first {n} are shown; all are in the JSON or CSV."],
  sparql_none: ["没有结果。", "No results."],
  sparql_yes: ["是", "Yes"],
  sparql_no: ["否", "No"],
  sparql_place: ["转到第 {line} 行第 {column} 列", "Go to line {line}, column {column}"],
  sparql_result: ["查询结果", "Result of the query"],
  csv: ["下载 CSV", "Get the CSV"],

  more: ["接着用", "Go further"],
  backtest: ["推荐回测", "Backtest of suggestions"],
  backtest_is: ["某日之前的记录能否预见其后的合作；日期不足时如实说明", "Whether what was known before a day foresees what came later; too few dates are said to be too few"],
  docs: ["API 文档", "API documentation"],
  docs_is: ["每个接口、参数和返回值，可直接试用", "Every call, parameter and answer, ready to try"],
  endpoint: ["SPARQL 端点", "SPARQL endpoint"],
  endpoint_is: ["SPARQL 1.1 协议；无查询时给出服务描述", "SPARQL 1.1 Protocol; without a query it describes itself"],
  graphml: ["GraphML 导出", "GraphML export"],
  graphml_is: ["供 Gephi、yEd、Cytoscape 打开", "Opens in Gephi, yEd and Cytoscape"],
  rules: ["缺口规则", "Gap rules"],
  rules_is: ["每条规则的定义、参数与说明", "What each rule means, with its parameters"],
  vocabulary: ["词汇表", "Vocabulary"],
  vocabulary_is: ["每个类与属性的定义、校验规则与通知中的实例", "Every class and property: definition, shapes, examples from the notice"],
  dataset: ["数据集说明", "The dataset described"],
  dataset_is: ["VoID 与 DCAT：各命名图、数量、许可与下载", "VoID and DCAT: named graphs, counts, licence, dumps"],
  openapi: ["OpenAPI 描述", "OpenAPI description"],
  openapi_is: ["生成客户端用的 JSON", "The JSON for making clients"],
  health: ["运行状态", "Health"],
  health_is: ["/healthz 存活；/readyz 就绪", "/healthz for liveness, /readyz for readiness"],
  foot: ["未见记录不等于不存在。本页不访问任何外部主机。", "Not recorded does not mean not existing. This page contacts no other host."],

  colon: ["：", ": "],
  comma: ["、", ", "],
  loading: ["正在查询……", "Asking …"],
  other: ["其他", "other"],
  retry: ["重试", "Try again"],
  unreachable: ["连接不上服务", "The service cannot be reached"],
  unreachable_is: ["请检查服务是否在运行，然后重试。", "Check that it is running, then try again."],
  candidates: ["您要找的是不是：", "Did you mean:"],
  meaning: ["这类问题的说明", "What this means"],
};

/** The text for a key in the language of the page. */
export function text(key, values = {}) {
  const message = MESSAGES[key];
  if (!message) return key;
  return message[state.lang === "zh" ? 0 : 1].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A count and its noun: `one` where it is one, else `many` with {n}. */
export function count(one, many, n) {
  return n === 1 ? text(one) : text(many, { n: number(n) });
}

/** A number as the language of the page writes it. */
export function number(n) {
  return new Intl.NumberFormat(state.lang).format(n);
}
