// JupyterLab's and Notebook 7's half of the sidebar: a panel on the left and a command. It is
// the container that a bundler would write (`init` and `get` at `_JUPYTERLAB.<name>`), by hand;
// all that is shown comes from the server extension, when the panel is first seen.
(() => {
  const ID = "imagelab-sidebar";
  const ICON =
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" fill-rule="evenodd" ' +
    'd="M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm0 2v10.6l4-4.1 4.2 4.3 2.3-2.4L19 17V5zm10.500 1.500a2 2 0 1 1 0 4 2 2 0 0 1 0-4z"/></svg>';
  let scope;

  /** A module that JupyterLab shares with its extensions. */
  const shared = async (name) => (await Object.values(scope[name])[0].get())();

  /** The sidebar's own module, with its styles in the page. */
  async function view(settings, { ServerConnection, URLExt }) {
    const answer = await ServerConnection.makeRequest(URLExt.join(settings.baseUrl, "imagelab/api/sidebar"), {}, settings);
    if (!answer.ok) throw new Error(`imagelab's server extension does not answer (HTTP ${answer.status}): restart the Jupyter server, or run "jupyter server extension enable imagelab.jupyter.extension"`);
    const { script, style } = await answer.json();
    const styles = document.createElement("style");
    styles.textContent = style;
    document.head.append(styles);
    const loaded = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    return loaded.default();
  }

  async function plugin() {
    const names = ["@lumino/widgets", "@jupyterlab/apputils", "@jupyterlab/application", "@jupyterlab/notebook", "@jupyterlab/services", "@jupyterlab/coreutils", "@jupyterlab/ui-components"];
    const [{ Widget }, { ICommandPalette }, { ILayoutRestorer }, { INotebookTracker }, { ServerConnection }, { URLExt }, { LabIcon }] = await Promise.all(names.map(shared));

    function activate(app, palette, restorer, notebooks) {
      const panel = new Widget();
      let seen = null;
      const fail = ({ message }) => {
        seen = null; // the next look tries again
        panel.node.textContent = message;
      };
      const mount = (make) => {
        panel.node.textContent = "";
        return make({ el: panel.node, app, notebooks });
      };
      const look = () => {
        if (seen) seen.then((sidebar) => sidebar?.look());
        else if (panel.isVisible) seen = view(app.serviceManager.serverSettings, { ServerConnection, URLExt }).then(mount).catch(fail);
      };
      panel.onAfterShow = panel.onAfterAttach = look;
      panel.id = ID;
      panel.title.caption = "imagelab";
      panel.title.icon = new LabIcon({ name: "imagelab:images", svgstr: ICON });
      app.shell.add(panel, "left", { rank: 600 });
      restorer?.add(panel, ID);
      app.commands.addCommand("imagelab:open", { label: "Show the imagelab Sidebar", execute: () => app.shell.activateById(ID) });
      palette?.addItem({ command: "imagelab:open", category: "imagelab" });
    }
    return { id: "imagelab:sidebar", autoStart: true, optional: [ICommandPalette, ILayoutRestorer, INotebookTracker], activate };
  }

  (window._JUPYTERLAB ??= {}).imagelab = {
    init: async (given) => void (scope = given),
    get: async () => {
      const made = await plugin();
      return () => ({ __esModule: true, default: made });
    },
  };
})();
