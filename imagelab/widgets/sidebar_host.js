// What the sidebar needs of JupyterLab or Notebook 7: which notebook is open, and its active cell.

export class Host {
  #app;
  #notebooks;
  #stops = [];

  /** @param {{app: any, notebooks: any}} given as they hand it to an extension; `notebooks` may be null */
  constructor({ app, notebooks }) {
    this.#app = app;
    this.#notebooks = notebooks;
  }

  /** @returns {{path: string, kernel: string}} of the open notebook; empty where there is none */
  get notebook() {
    const context = this.#notebooks?.currentWidget?.context;
    const path = context?.path ?? "";
    const kernel = context?.sessionContext?.session?.kernel?.id ?? "";
    return { path: path.slice(path.indexOf(":") + 1), kernel }; // without the name of a drive
  }

  /** Calls `act` when another notebook is open, or it has another kernel. */
  onNotebook(act) {
    const signal = this.#notebooks?.currentChanged;
    let context = null;
    const look = () => {
      context?.kernelChanged.disconnect(act);
      context = this.#notebooks.currentWidget?.sessionContext ?? null;
      context?.kernelChanged.connect(act);
      act();
    };
    signal?.connect(look);
    if (this.#notebooks?.currentWidget) {
      context = this.#notebooks.currentWidget.sessionContext;
      context.kernelChanged.connect(act);
    }
    this.#stops.push(() => signal?.disconnect(look), () => context?.kernelChanged.disconnect(act));
  }

  /** Write code where the cursor of the active cell is. @returns {Promise<string>} why not; "" when it is done */
  async insert(code) {
    const notebook = this.#notebooks?.currentWidget?.content;
    if (!notebook) return "open a notebook first: the code goes into its active cell";
    if (notebook.activeCell?.model.type !== "code") await this.#app.commands.execute("notebook:insert-cell-below");
    const cell = notebook.activeCell;
    if (!cell) return "the notebook has no cell";
    if (cell.editor) cell.editor.replaceSelection(code);
    else cell.model.sharedModel.setSource(cell.model.sharedModel.getSource() + code);
    return "";
  }

  close() {
    for (const stop of this.#stops) stop();
  }
}
