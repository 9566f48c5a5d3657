#!/usr/bin/python3
"""A browser of a few lines on WebKitGTK, for its driver: MiniBrowser keeps nothing on disk when it is driven.

webkit-browser.py PROFILE starts it; webkit-browser.py --version prints the engine's version.
"""
import os
import sys

import gi

gi.require_version('Gtk', '3.0')
gi.require_version('WebKit2', '4.1')
from gi.repository import Gtk, WebKit2  # noqa: E402

VERSION = (WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())


def main(profile):
    data = WebKit2.WebsiteDataManager(
        base_data_directory=os.path.join(profile, 'data'),
        base_cache_directory=os.path.join(profile, 'cache'),
    )
    context = WebKit2.WebContext(website_data_manager=data)
    context.set_automation_allowed(True)

    def open_view(*_):
        # A window each: all tabs are visible, as in windows side by side.
        window = Gtk.Window(default_width=800, default_height=600)
        view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
        view.connect('close', lambda _: window.destroy())
        window.add(view)
        window.show_all()
        return view

    def begin(_, session):
        session.connect('create-web-view', open_view)
        session.connect('create-web-view::tab', open_view)

    context.connect('automation-started', begin)
    Gtk.main()


if __name__ == '__main__':
    if sys.argv[1:] == ['--version']:
        print('.'.join(map(str, VERSION)))
    else:
        main(sys.argv[1])
